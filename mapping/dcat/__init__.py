"""The catalogue for open-data portals: DCAT-AP_IT of everything in LAYERS, one dataset for each layer and city."""
