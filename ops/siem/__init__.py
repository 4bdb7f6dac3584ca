"""Events in the languages of SIEM systems, each made from one entry by one catalogue."""
