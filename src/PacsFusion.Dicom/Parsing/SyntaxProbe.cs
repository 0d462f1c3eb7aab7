using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>What the first element of a data set says about how it is encoded. Doubt counts as no answer.</summary>
internal static class SyntaxProbe
{
    // Longer first elements are unheard of; as a length, two letters are far beyond.
    private const uint LongestFirstElement = 1024;

    /// <summary>The encoding of the first element, or <see cref="ElementEncoding.None"/> where it cannot be told.</summary>
    public static ElementEncoding Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return ElementEncoding.None;
        var group = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var swapped = BinaryPrimitives.ReverseEndianness(group);
        var tag = new DicomTag(group, BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]));
        if ((VrFacts.Of(bytes[4], bytes[5]) & VrTraits.Known) != 0)
        {
            var vr = (DicomVR)(bytes[4] << 8 | bytes[5]);
            if (IsFirstGroup(swapped) && Agrees(new DicomTag(swapped, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])), vr)) return ElementEncoding.ExplicitBig;
            return IsFirstGroup(group) && Agrees(tag, vr) ? ElementEncoding.ExplicitLittle : ElementEncoding.None;
        }
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var fits = length == uint.MaxValue ? DicomDictionary.VrOf(tag) == DicomVR.SQ : length <= LongestFirstElement && length <= (uint)(bytes.Length - 8);
        return IsFirstGroup(group) && fits ? ElementEncoding.ImplicitLittle : ElementEncoding.None;
    }

    /// <summary>The encoding to read with, given the declared one.</summary>
    /// <exception cref="DicomFormatException">The bytes contradict the declaration in a way that the rule does not bridge.</exception>
    public static ElementEncoding Reconcile(ReadOnlySpan<byte> bytes, ElementEncoding declared, DicomReadOptions options, long offset, out bool mismatch)
    {
        var found = Of(bytes);
        mismatch = found != ElementEncoding.None && found != declared;
        if (!mismatch) return declared;
        var bridgeable = found is ElementEncoding.ImplicitLittle or ElementEncoding.ExplicitLittle
            && declared is ElementEncoding.ImplicitLittle or ElementEncoding.ExplicitLittle;
        if (bridgeable && options.SyntaxMismatch == SyntaxMismatchRule.Detect) return found;
        throw new DicomFormatException("transfer-syntax-mismatch", "The data set is not in the transfer syntax that is declared", null, offset);
    }

    // Groups that data sets begin with, none of which is another one of them with its bytes swapped.
    private static bool IsFirstGroup(ushort group) => group is 0x0002 or 0x0004 or 0x0008 or 0x0010;

    private static bool Agrees(DicomTag tag, DicomVR vr) =>
        vr == DicomVR.UN || DicomDictionary.VrOf(tag) is { } expected && (expected == vr || VrFacts.SwapUnit(expected) == VrFacts.SwapUnit(vr) && !VrFacts.IsText(vr));
}
