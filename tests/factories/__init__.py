"""What tests are made of: databases, a company with its people, cases that have come so far."""
