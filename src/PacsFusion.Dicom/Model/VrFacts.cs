namespace PacsFusion.Dicom;

[Flags]
internal enum VrTraits : byte
{
    None = 0,
    Known = 1,
    /// <summary>Two reserved bytes and a 32-bit length in explicit encodings (PS3.5 7.1.2).</summary>
    LongForm = 2,
    /// <summary>Text that Specific Character Set applies to.</summary>
    CharacterSet = 4,
    /// <summary>Any text.</summary>
    Text = 8,
    /// <summary>A backslash parts values.</summary>
    MultiValued = 16,
    /// <summary>Leading spaces mean nothing.</summary>
    TrimStart = 32,
    /// <summary>Padded with NUL rather than space.</summary>
    PadNul = 64,
}

/// <summary>What the encoding rules need to know of each value representation (PS3.5 6.2, 7.1.2, 7.3).</summary>
internal static class VrFacts
{
    private const int Letters = 26;
    private static readonly VrTraits[] Traits = BuildTraits();

    public static VrTraits Of(DicomVR vr) => Of((byte)((ushort)vr >> 8), (byte)vr);

    public static VrTraits Of(byte first, byte second)
    {
        uint a = (uint)first - 'A', b = (uint)second - 'A';
        return a < Letters && b < Letters ? Traits[a * Letters + b] : VrTraits.None;
    }

    public static bool IsText(DicomVR vr) => (Of(vr) & VrTraits.Text) != 0;

    public static bool UsesCharacterSet(DicomVR vr) => (Of(vr) & VrTraits.CharacterSet) != 0;

    public static bool IsLongForm(DicomVR vr) => (Of(vr) & VrTraits.LongForm) != 0;

    /// <summary>Bytes that swap together between byte orders; 1 where nothing swaps.</summary>
    public static int SwapUnit(DicomVR vr) => vr switch
    {
        DicomVR.US or DicomVR.SS or DicomVR.OW or DicomVR.AT => 2,
        DicomVR.UL or DicomVR.SL or DicomVR.FL or DicomVR.OF or DicomVR.OL => 4,
        DicomVR.FD or DicomVR.OD or DicomVR.SV or DicomVR.UV or DicomVR.OV => 8,
        _ => 1,
    };

    private static VrTraits[] BuildTraits()
    {
        var table = new VrTraits[Letters * Letters];
        Mark("AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV", VrTraits.Known);
        Mark("OB OD OF OL OV OW SQ SV UC UN UR UT UV", VrTraits.LongForm);
        Mark("LO LT PN SH ST UC UT", VrTraits.CharacterSet);
        Mark("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT", VrTraits.Text);
        Mark("AE AS CS DA DS DT IS LO PN SH TM UC UI", VrTraits.MultiValued);
        Mark("AE AS CS DA DS DT IS LO PN SH TM UI", VrTraits.TrimStart);
        Mark("UI OB UN", VrTraits.PadNul);
        return table;

        void Mark(string names, VrTraits trait)
        {
            foreach (var name in names.Split(' ')) table[(name[0] - 'A') * Letters + name[1] - 'A'] |= trait;
        }
    }
}
