namespace PacsFusion.Imaging;

/// <summary>
/// Carries a refusal out of nested reading steps; never leaves <see cref="SeriesReader"/>, which turns it into an outcome.
/// </summary>
internal sealed class SeriesRefusedException(string code, string text) : Exception(text)
{
    public Refusal Refusal { get; } = new(code, text);
}
