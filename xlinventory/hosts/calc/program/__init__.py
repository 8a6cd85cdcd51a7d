"""LibreOffice as a program: found, started, watched, ended; our extension in its profiles."""
