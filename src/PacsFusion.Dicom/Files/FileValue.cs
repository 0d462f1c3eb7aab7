using Microsoft.Win32.SafeHandles;

namespace PacsFusion.Dicom;

/// <summary>Which file a value lies in, and what it was like when it was read.</summary>
internal sealed record FileIdentity(string Path, long Length, DateTime LastWrite)
{
    public static FileIdentity Of(string path, SafeFileHandle handle, long length) => new(System.IO.Path.GetFullPath(path), length, File.GetLastWriteTimeUtc(handle));
}

/// <summary>
/// A value that stays in its file until it is asked for. The file is opened for each access and must be what it was: no
/// handle is held, and bytes of another file never pass for the value.
/// </summary>
internal sealed class FileValue(FileIdentity file, long offset, int length)
{
    private const int Chunk = 1 << 20;
    private byte[]? _loaded;

    /// <summary>The whole value, kept from then on.</summary>
    /// <exception cref="DicomException">file-changed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ReadOnlyMemory<byte> Load()
    {
        if (Volatile.Read(ref _loaded) is { } loaded) return loaded;
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        Read(0, bytes);
        Volatile.Write(ref _loaded, bytes);
        return bytes;
    }

    /// <summary>A part of the value, without keeping it.</summary>
    /// <exception cref="DicomException">file-changed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Read(long start, Span<byte> destination)
    {
        if (Volatile.Read(ref _loaded) is { } loaded)
        {
            loaded.AsSpan((int)start, destination.Length).CopyTo(destination);
            return;
        }
        using var handle = Open();
        Read(handle, start, destination);
    }

    /// <summary>Writes the value piece by piece.</summary>
    public void CopyTo(Action<ReadOnlySpan<byte>> write)
    {
        if (Volatile.Read(ref _loaded) is { } loaded)
        {
            write(loaded);
            return;
        }
        using var handle = Open();
        var piece = new byte[Math.Min(length, Chunk)];
        for (var start = 0; start < length; start += piece.Length)
        {
            var part = piece.AsSpan(0, Math.Min(piece.Length, length - start));
            Read(handle, start, part);
            write(part);
        }
    }

    private SafeFileHandle Open()
    {
        var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (RandomAccess.GetLength(handle) == file.Length && File.GetLastWriteTimeUtc(handle) == file.LastWrite) return handle;
        handle.Dispose();
        throw Changed();
    }

    private void Read(SafeFileHandle handle, long start, Span<byte> destination)
    {
        for (var read = 0; read < destination.Length;)
        {
            var got = RandomAccess.Read(handle, destination[read..], offset + start + read);
            if (got == 0) throw Changed();
            read += got;
        }
    }

    private static DicomException Changed() =>
        new("file-changed", "A file was changed after it was read, and pixel data that were left in it are lost", DicomTag.PixelData);
}
