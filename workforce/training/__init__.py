"""The training centre: courses, classes, lessons, practice, exams, and from trainee to employee."""
