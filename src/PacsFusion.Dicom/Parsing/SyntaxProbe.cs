using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>What the first element of a data set says about how it is encoded.</summary>
internal static class SyntaxProbe
{
    /// <summary>The encoding of the first element, or <see cref="ElementEncoding.None"/> where it cannot be told.</summary>
    public static ElementEncoding Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return ElementEncoding.None;
        var group = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var swapped = BinaryPrimitives.ReverseEndianness(group);
        if ((VrFacts.Of(bytes[4], bytes[5]) & VrTraits.Known) != 0)
        {
            // Data sets begin with a low group; the wrong byte order makes it a high one.
            return swapped < group && group > 0xFF ? ElementEncoding.ExplicitBig : ElementEncoding.ExplicitLittle;
        }
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return group <= 0xFF && (length == uint.MaxValue || length <= (uint)bytes.Length) ? ElementEncoding.ImplicitLittle : ElementEncoding.None;
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
}
