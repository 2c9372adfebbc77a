"""Tests of clients, projects, their progress, capacity and the base's business."""
