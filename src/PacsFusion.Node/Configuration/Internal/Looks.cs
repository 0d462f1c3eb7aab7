using PacsFusion.Fusion;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>Windows and colours as rules write them.</summary>
internal static class Looks
{
    /// <summary>A window: a CT preset, or a range.</summary>
    public static ScalarShape Window() => new("text", "a window such as soft-tissue or \"SUV 0..10\"", text =>
        DisplayWindow.Parse(text).TryGet(out var window, out var refusal) ? new(window)
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"is no window. {refusal.Text}",
            Spelling.Nearest(text, [.. DisplayWindow.Presets]) is { } near ? $"Did you mean '{near}'?" : $"Write -160..240, \"SUV 0..10\", p0.5..p99.5, or one of {string.Join(", ", DisplayWindow.Presets)}."));

    /// <summary>A colour map.</summary>
    public static ScalarShape Colour() => Scalars.Choice("a colour map", [.. ColourMap.All.Select(m => m.Name)]);

    /// <summary>Whether values of that modality can have the window's unit.</summary>
    public static bool Fits(DisplayWindow window, string modality) => window.Kind switch
    {
        WindowKind.Hounsfield => modality == "CT",
        WindowKind.Suv => modality == "PT",
        _ => true,
    };

    /// <summary>The map of that name, which the shape has checked.</summary>
    public static ColourMap ColourOf(string name) =>
        ColourMap.TryFind(name, out var map) ? map : throw new InvalidOperationException($"There is no colour map '{name}'.");
}
