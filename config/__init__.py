"""Settings, playbook and calendar: what a company may set, read and checked at the border."""
