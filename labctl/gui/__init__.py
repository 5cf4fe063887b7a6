"""The probe-station window: shows, asks, and starts runs; it measures nothing itself."""
