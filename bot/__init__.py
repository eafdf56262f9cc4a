"""The asynchronous rim: receives, waits, schedules and sends; `app` alone knows every concrete class."""
