"""What each provider's API wants and says, as pure functions: requests, answers, callbacks. One file a provider."""
