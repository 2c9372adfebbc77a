"""Who sits where in which shift, and how full the base is, by attendance."""
