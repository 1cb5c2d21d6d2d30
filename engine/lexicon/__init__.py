"""Words that tell activities from outcomes, in all their forms, in English and Russian."""
