"""Values as they were measured, kept between runs."""
