using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>Preamble and group 0002 (PS3.10 7.1): always explicit VR little endian.</summary>
internal static class FileMeta10
{
    public const int PreambleLength = 128;

    public static ReadOnlySpan<byte> Prefix => "DICM"u8;

    public static DicomDataset Create(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string? sourceAeTitle)
    {
        var meta = new DicomDataset()
            .SetBytes(DicomTag.FileMetaInformationVersion, DicomVR.OB, new byte[] { 0, 1 })
            .Set(DicomTag.MediaStorageSOPClassUID, sopClassUid)
            .Set(DicomTag.MediaStorageSOPInstanceUID, sopInstanceUid)
            .Set(DicomTag.TransferSyntaxUID, transferSyntaxUid)
            .Set(DicomTag.ImplementationClassUID, DicomUid.ImplementationClass)
            .Set(DicomTag.ImplementationVersionName, DicomUid.ImplementationVersionName);
        if (!string.IsNullOrEmpty(sourceAeTitle)) meta.Set(DicomTag.SourceApplicationEntityTitle, sourceAeTitle);
        return meta;
    }

    public static void Write(Stream stream, ReadOnlySpan<byte> preamble, bool hasPrefix, DicomDataset meta)
    {
        stream.Write(preamble);
        if (hasPrefix) stream.Write(Prefix);
        if (meta.IsModified)
        {
            meta = meta.Clone();
            meta.Remove(DicomTag.FileMetaInformationGroupLength);
            var rest = meta.Encode(DicomTransferSyntax.ExplicitVRLittleEndian);
            Span<byte> length = stackalloc byte[12] { 2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0, 0, 0, 0, 0 };
            BinaryPrimitives.WriteInt32LittleEndian(length[8..], rest.Length);
            stream.Write(length);
            stream.Write(rest);
        }
        else
        {
            stream.Write(meta.Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
        }
    }

    /// <summary>Where group 0002 ends, by its tags: the group length is a hint that real files get wrong.</summary>
    /// <returns>-1 where the bytes end before it does.</returns>
    public static int End(ReadOnlySpan<byte> bytes, int start, bool isAll)
    {
        var position = start;
        while (true)
        {
            if (bytes.Length - position < 8) return isAll && bytes.Length == position ? position : -1;
            var tag = bytes[position..];
            if (BinaryPrimitives.ReadUInt16LittleEndian(tag) != 0x0002) return position;
            var traits = VrFacts.Of(tag[4], tag[5]);
            long length;
            if ((traits & VrTraits.LongForm) != 0)
            {
                if (tag.Length < 12) return -1;
                length = 12L + BinaryPrimitives.ReadUInt32LittleEndian(tag[8..]);
            }
            else
            {
                length = 8L + BinaryPrimitives.ReadUInt16LittleEndian(tag[6..]);
            }
            if (length > tag.Length) return -1;
            position += (int)length;
        }
    }
}
