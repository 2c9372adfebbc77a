"""What the machine does by itself: pages about long work and schedules, and the housekeeping jobs."""
