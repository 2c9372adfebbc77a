"""The production centre: clients, projects, batches, margin, capacity and forecast."""
