using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>The range of stored values that stand for "no data" (PS3.3 C.7.5.1.1.2); empty where the header names none.</summary>
/// <param name="Low">First padding value.</param>
/// <param name="High">Last padding value.</param>
internal readonly record struct PixelPadding(float Low, float High)
{
    private static readonly PixelPadding s_none = new(float.PositiveInfinity, float.NegativeInfinity);

    public bool Contains(float stored) => stored >= Low && stored <= High;

    public static PixelPadding Of(DicomDataset header, bool isSigned, int bitsAllocated)
    {
        if (header.GetInt(DicomTag.PixelPaddingValue) is not { } value) return s_none;
        // No counts and no signal are measurements too; a padding of 0 there would punch holes into the patient.
        if (value == 0 && header.GetString(DicomTag.Modality) is ("PT" or "NM" or "MR" or "US")) return s_none;
        var limit = header.GetInt(DicomTag.PixelPaddingRangeLimit) ?? value;
        float a = Normalize(value), b = Normalize(limit);
        return new PixelPadding(Math.Min(a, b), Math.Max(a, b));

        // The value may have been read with the other signedness: US or SS is not told by implicit VR.
        float Normalize(int number) => bitsAllocated == 16 ? isSigned ? (short)number : (ushort)number : number;
    }
}
