using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Vendors' elements by the name of their creator: a private block lies where its creator says (PS3.5 7.8.1), not at a fixed number.</summary>
internal static class PrivateElements
{
    /// <summary>A number, be it text or, for values of four bytes that are no text, a little endian float; null where absent.</summary>
    public static double? Number(DicomDataset dataset, ushort group, string creator, byte element)
    {
        if (Find(dataset, group, creator, element) is not { } tag) return null;
        if (dataset.GetDouble(tag) is { } number) return number;
        var text = Ascii(dataset, tag).Split('\\')[0];
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed)) return parsed;
        var bytes = dataset.GetBytes(tag).Span;
        return bytes.Length == 4 && BinaryPrimitives.ReadSingleLittleEndian(bytes) is var single && float.IsFinite(single) ? single : null;
    }

    /// <summary>A text; null where absent.</summary>
    public static string? Text(DicomDataset dataset, ushort group, string creator, byte element) =>
        Find(dataset, group, creator, element) is { } tag ? dataset.GetString(tag) ?? Ascii(dataset, tag) : null;

    private static DicomTag? Find(DicomDataset dataset, ushort group, string creator, byte element)
    {
        for (ushort block = 0x10; block <= 0xFF; block++)
        {
            var owner = new DicomTag(group, block);
            if (dataset.Contains(owner) && string.Equals(Ascii(dataset, owner), creator, StringComparison.OrdinalIgnoreCase))
                return new DicomTag(group, (ushort)(block << 8 | element)) is var tag && dataset.Contains(tag) ? tag : null;
        }
        return null;
    }

    // An archive that does not know a private element passes it on as UN.
    private static string Ascii(DicomDataset dataset, DicomTag tag) => Encoding.ASCII.GetString(dataset.GetBytes(tag).Span).Trim('\0', ' ');
}
