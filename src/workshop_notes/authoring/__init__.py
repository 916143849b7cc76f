"""What writes for an author: a new question, and a whole new site from somebody's notes."""
