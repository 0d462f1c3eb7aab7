using System.Diagnostics.CodeAnalysis;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>256 colours from lowest to highest value. Immutable.</summary>
public sealed class ColourMap
{
    private readonly byte[] _rgb;

    private ColourMap(string name, string? paletteUid, byte[] rgb)
    {
        Name = name;
        PaletteUid = paletteUid;
        _rgb = rgb;
    }

    /// <summary>Hot Iron, DICOM PS3.6 table B.1-1: black, red, yellow, white; its lightness never falls.</summary>
    public static ColourMap HotIron { get; } = new("hot-iron", "1.2.840.10008.1.5.1", BuildHotIron());

    /// <summary>PET, table B.1-2: black, blue, green, red, white.</summary>
    public static ColourMap Pet { get; } = new("pet", "1.2.840.10008.1.5.2", StandardPalettes.Pet);

    /// <summary>Hot Metal Blue, table B.1-3: black, blue, red, yellow, white.</summary>
    public static ColourMap HotMetalBlue { get; } = new("hot-metal-blue", "1.2.840.10008.1.5.3", StandardPalettes.HotMetalBlue);

    /// <summary>PET 20 Step, table B.1-4. Its lightness rises and falls by large steps, so brightness from a fusion and its colours contradict each other.</summary>
    public static ColourMap Pet20Step { get; } = new("pet-20-step", "1.2.840.10008.1.5.4", StandardPalettes.Pet20Step);

    /// <summary>Grey levels: no colour at all.</summary>
    public static ColourMap Grey { get; } = new("grey", null, BuildGrey());

    /// <summary>Black, violet, red, amber, white with CIE lightness rising evenly: equal steps of value look equal.</summary>
    public static ColourMap Dusk { get; } = new("dusk", null, PerceptualColour.BuildEvenLightness(300, 440, 85));

    /// <summary>
    /// Shares of two sources: orange 0 (all of the moving one), near white in the middle, blue 255 (all of the fixed one). Both ends
    /// are equally light and differ along blue and yellow, which red-green blindness leaves.
    /// </summary>
    public static ColourMap Share { get; } = new("share", null, PerceptualColour.BuildDiverging(65, 285, 50, 95, 70));

    /// <summary>Every map that a rule can name.</summary>
    public static IReadOnlyList<ColourMap> All { get; } = [HotIron, Pet, HotMetalBlue, Pet20Step, Dusk, Grey];

    /// <summary>The name that rules use: <c>hot-iron</c>, <c>pet</c>, <c>hot-metal-blue</c>, <c>pet-20-step</c>, <c>dusk</c>, <c>grey</c>.</summary>
    public string Name { get; }

    /// <summary>The UID of a well-known palette (PS3.6 table A-1); null for our own maps.</summary>
    public string? PaletteUid { get; }

    /// <summary>True where lightness falls by so much from one entry to the next that a brighter colour may mean less.</summary>
    public bool IsUneven => this == Pet20Step;

    /// <summary>768 bytes: red, green, blue of entry 0, then of entry 1, up to 255.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb;

    /// <summary>The colour of a value 0..255.</summary>
    public (byte Red, byte Green, byte Blue) this[byte value] => (_rgb[3 * value], _rgb[3 * value + 1], _rgb[3 * value + 2]);

    /// <summary>Finds a map by its name, upper or lower case.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out ColourMap? map)
    {
        map = All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));
        return map is not null;
    }

    private static byte[] BuildHotIron()
    {
        var rgb = new byte[768];
        for (var i = 0; i < 256; i++)
        {
            rgb[3 * i] = (byte)Math.Min(2 * i, 255);
            rgb[3 * i + 1] = (byte)Math.Max(2 * (i - 128), 0);
            rgb[3 * i + 2] = (byte)Math.Clamp(4 * (i - 191), 0, 255);
        }
        // The table ends in pure white rather than where its green ramp would.
        rgb[766] = 255;
        return rgb;
    }

    private static byte[] BuildGrey()
    {
        var rgb = new byte[768];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(i / 3);
        return rgb;
    }
}
