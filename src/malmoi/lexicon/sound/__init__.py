"""How words sound, in English and in Korean, and how far two sounds are apart."""
