"""Finding: one question over every searched layer, organisations and the doors of streets."""
