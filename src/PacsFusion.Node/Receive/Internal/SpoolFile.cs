using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>A file of the spool: our own preamble and meta group (PS3.10 section 7.1), then the data set exactly as it arrived.</summary>
internal static class SpoolFile
{
    private const int PreambleLength = 128;
    private const string ImplementationClassUid = "2.25.127307834529839466398216937437064870158";

    /// <summary>Preamble, DICM and group 0002 for an instance.</summary>
    public static byte[] Head(InstanceRecord record) => Head(record.SopClassUid, record.SopInstanceUid, record.TransferSyntaxUid, record.CallingAeTitle);

    /// <summary>Preamble, DICM and group 0002.</summary>
    public static byte[] Head(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string callingAeTitle)
    {
        var group = new List<byte>();
        Add(group, 0x0001, "OB", [0, 1]);
        Add(group, 0x0002, "UI", Padded(sopClassUid, 0));
        Add(group, 0x0003, "UI", Padded(sopInstanceUid, 0));
        Add(group, 0x0010, "UI", Padded(transferSyntaxUid, 0));
        Add(group, 0x0012, "UI", Padded(ImplementationClassUid, 0));
        if (callingAeTitle.Length > 0) Add(group, 0x0016, "AE", Padded(callingAeTitle, (byte)' '));
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, group.Count);
        var head = new List<byte>(new byte[PreambleLength]);
        head.AddRange("DICM"u8);
        Add(head, 0x0000, "UL", length);
        head.AddRange(group);
        return [.. head];
    }

    /// <summary>Where the data set begins in a file that <see cref="Head(InstanceRecord)"/> began.</summary>
    /// <exception cref="InvalidDataException">The file does not begin like that.</exception>
    public static long DatasetOffset(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[PreambleLength + 16];
        var got = 0;
        while (got < head.Length && RandomAccess.Read(file, head[got..], got) is > 0 and var count) got += count;
        ReadOnlySpan<byte> expected = [(byte)'D', (byte)'I', (byte)'C', (byte)'M', 2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0];
        if (got < head.Length || !head[PreambleLength..^4].SequenceEqual(expected)) throw new InvalidDataException("A file of the spool does not begin with a meta group.");
        return head.Length + BinaryPrimitives.ReadUInt32LittleEndian(head[^4..]);
    }

    private static byte[] Padded(string text, byte padding)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return bytes.Length % 2 == 0 ? bytes : [.. bytes, padding];
    }

    private static void Add(List<byte> target, ushort element, string vr, byte[] value)
    {
        target.AddRange([2, 0, (byte)element, (byte)(element >> 8), (byte)vr[0], (byte)vr[1]]);
        var isLong = vr == "OB";
        Span<byte> length = stackalloc byte[isLong ? 6 : 2];
        length.Clear();
        if (isLong) BinaryPrimitives.WriteInt32LittleEndian(length[2..], value.Length);
        else BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)value.Length);
        foreach (var b in length) target.Add(b);
        target.AddRange(value);
    }
}
