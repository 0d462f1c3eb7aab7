using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>Raw deflate (RFC 1951) with a bound on what comes out.</summary>
internal static class Inflater
{
    private const int Step = 64 * 1024;

    /// <summary>True where a zlib header (RFC 1950) stands before the stream, which PS3.5 A.5 does not allow.</summary>
    public static bool HasZlibHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 5
        && (bytes[0] & 0x0F) == 8 && (bytes[0] << 8 | bytes[1]) % 31 == 0
        // Read as raw deflate, such a first byte says "stored block"; then its length would stand here, twice.
        && ((bytes[1] | bytes[2] << 8) ^ (bytes[3] | bytes[4] << 8)) != 0xFFFF;

    /// <summary>
    /// Inflates a stream of unknown length: once to measure it, once to keep it, so that no more memory is taken than it needs.
    /// </summary>
    /// <param name="compressed">The stream.</param>
    /// <param name="limit">The most bytes that may come out.</param>
    /// <param name="offset">Where the stream starts in its file, for what is reported.</param>
    /// <exception cref="DicomFormatException">Codes deflate-limit, deflate-invalid.</exception>
    public static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> compressed, long limit, long offset)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)Measure(compressed, Math.Min(limit, Array.MaxLength), offset));
        Inflate(compressed, bytes);
        return bytes;
    }

    private static long Measure(ReadOnlyMemory<byte> compressed, long limit, long offset)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Step);
        try
        {
            using var stream = Open(compressed);
            var length = 0L;
            for (int read; (read = Read(stream, buffer, offset)) > 0;)
            {
                length += read;
                if (length > limit) throw new DicomFormatException("deflate-limit", "A deflated data set becomes larger than the limit allows", null, offset);
            }
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Inflates up to the length of the destination; returns how many bytes there were.</summary>
    public static int Inflate(ReadOnlyMemory<byte> compressed, Span<byte> destination)
    {
        using var stream = Open(compressed);
        var length = 0;
        while (length < destination.Length)
        {
            var read = Read(stream, destination[length..]);
            if (read == 0) break;
            length += read;
        }
        return length;
    }

    private static DeflateStream Open(ReadOnlyMemory<byte> compressed)
    {
        var segment = MemoryMarshal.TryGetArray(compressed, out var found) ? found : new ArraySegment<byte>(compressed.ToArray());
        return new DeflateStream(new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false), CompressionMode.Decompress);
    }

    private static int Read(DeflateStream stream, Span<byte> destination, long? offset = null)
    {
        try
        {
            return stream.Read(destination);
        }
        catch (InvalidDataException e)
        {
            throw new DicomFormatException("deflate-invalid", "A deflate stream cannot be inflated", null, offset, e);
        }
    }
}
