using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PacsFusion.Dicom;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>A file of the spool: our own preamble and meta group (PS3.10 section 7.1), then the data set exactly as it arrived.</summary>
internal static class SpoolFile
{
    private const int PreambleLength = 128;

    /// <summary>Preamble, DICM and group 0002 for an instance.</summary>
    public static byte[] Head(InstanceRecord record) => Head(record.SopClassUid, record.SopInstanceUid, record.TransferSyntaxUid, record.CallingAeTitle);

    /// <summary>Preamble, DICM and group 0002.</summary>
    public static byte[] Head(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string callingAeTitle)
    {
        using var head = new MemoryStream(512);
        DicomFile.WriteFileMeta(head, sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle.Length > 0 ? callingAeTitle : null);
        return head.ToArray();
    }

    /// <summary>Where the data set begins in a file that <see cref="Head(InstanceRecord)"/> began; null where it did not.</summary>
    public static long? TryDatasetOffset(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[PreambleLength + 16];
        var got = 0;
        while (got < head.Length && RandomAccess.Read(file, head[got..], got) is > 0 and var count) got += count;
        ReadOnlySpan<byte> expected = [(byte)'D', (byte)'I', (byte)'C', (byte)'M', 2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0];
        if (got < head.Length || !head[PreambleLength..^4].SequenceEqual(expected)) return null;
        var offset = head.Length + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[^4..]);
        return offset <= RandomAccess.GetLength(file) ? offset : null;
    }
}
