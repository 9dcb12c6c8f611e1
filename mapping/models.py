from mapping.versions import Change, Fold

__all__ = ["Change", "Fold"]
