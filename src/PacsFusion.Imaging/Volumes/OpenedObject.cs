using System.Buffers;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// A whole object while its pixels are read. The bytes of a file lie in a pooled buffer: fresh memory for each of some hundred slices costs
/// several times what reading them does. Nothing of it may be used after disposal.
/// </summary>
internal sealed class OpenedObject : IDisposable
{
    // Larger files are multi-frame objects; there are few of them.
    private const int PooledLength = 64 << 20;

    private byte[]? _buffer;

    private OpenedObject(DicomFile file, byte[]? buffer)
    {
        File = file;
        _buffer = buffer;
    }

    public DicomFile File { get; }

    /// <summary>An object that is in memory already.</summary>
    public static OpenedObject Of(DicomFile file) => new(file, null);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DicomException">As <see cref="DicomFile.Read"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OpenedObject Read(string path)
    {
        using var handle = System.IO.File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(handle);
        if (length > PooledLength) return new OpenedObject(DicomFile.Read(path), null);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(1, length));
        try
        {
            var read = 0;
            while (read < length && RandomAccess.Read(handle, buffer.AsSpan(read, (int)length - read), read) is > 0 and var more) read += more;
            return new OpenedObject(DicomFile.Parse(buffer.AsMemory(0, read)), buffer);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }
}
