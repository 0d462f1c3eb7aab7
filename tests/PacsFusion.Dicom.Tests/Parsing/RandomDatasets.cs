namespace PacsFusion.Dicom.Tests;

/// <summary>Data sets of every shape out of a seed: standard and private elements, nested sequences in all forms of lengths.</summary>
internal static class RandomDatasets
{
    private static readonly (uint Tag, string VR)[] Leaves =
    [
        (0x00080008, "CS"), (0x00080016, "UI"), (0x00080020, "DA"), (0x00080060, "CS"), (0x00081030, "LO"), (0x00081140, "SQ"), (0x00082112, "SQ"),
        (0x00091001, "UN"), (0x00091002, "UN"), (0x00100010, "PN"), (0x00100020, "LO"), (0x00101010, "AS"), (0x00180050, "DS"), (0x00189073, "FD"),
        (0x00200013, "IS"), (0x00209165, "AT"), (0x00280010, "US"), (0x00280106, "US"), (0x00281053, "DS"), (0x00289001, "UL"), (0x00400275, "SQ"),
        (0x0040A730, "SQ"), (0x00540220, "SQ"), (0x00660016, "OF"), (0x00720074, "FD"), (0x00720082, "SV"), (0x7FE00010, "OW"),
    ];

    public static byte[] Make(Random random, DicomTransferSyntax syntax, int depth = 0)
    {
        var bytes = new DatasetBytes(syntax);
        foreach (var (tag, vr) in Leaves)
        {
            if (random.Next(3) == 0) continue;
            if (vr == "SQ")
            {
                if (depth > 3) continue;
                var items = new (byte[], bool)[random.Next(4)];
                for (var i = 0; i < items.Length; i++) items[i] = (Make(random, syntax, depth + 1), random.Next(2) == 0);
                bytes.Sequence(tag, random.Next(2) == 0, items);
            }
            else
            {
                var value = new byte[random.Next(5) * 8];
                if ("AE AS CS DA DS IS LO PN SH TM UI".Contains(vr, StringComparison.Ordinal))
                {
                    for (var i = 0; i < value.Length; i++) value[i] = (byte)random.Next(0x20, 0x7F);
                }
                else
                {
                    random.NextBytes(value);
                }
                bytes.Element(tag, vr, value);
            }
        }
        return bytes.ToArray();
    }
}
