"""Our maps in other people's pages: the view for a frame, the code to copy, and oEmbed."""
