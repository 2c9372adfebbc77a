"""Sites, floors, areas, seats and tenancies of the base."""
