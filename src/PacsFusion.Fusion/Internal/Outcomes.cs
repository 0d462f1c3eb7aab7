using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>Makes outcomes of interface types, which implicit conversion does not reach.</summary>
internal static class Outcomes
{
    public static Outcome<T> Of<T>(T value)
        where T : class => value;
}
