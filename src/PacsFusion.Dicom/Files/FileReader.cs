using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace PacsFusion.Dicom;

/// <summary>
/// Files from disk. Where reading stops early, a first piece is read and more only when that does not reach the stop;
/// pixel data stay on disk.
/// </summary>
internal static class FileReader
{
    private const int FirstPiece = 64 * 1024;

    public static DicomFile Read(string path, DicomReadOptions options)
    {
        using var handle = Open(path, FileOptions.None);
        var length = CheckedLength(handle, options);
        for (var wanted = FirstLength(length, options); ; wanted = Next(wanted, length, options))
        {
            // What is read to the end is kept as it is; of a piece only the header is, so that the piece can be lent.
            var isPiece = options.StopBefore is not null || wanted < length;
            var rented = isPiece ? ArrayPool<byte>.Shared.Rent(wanted) : null;
            try
            {
                var target = rented ?? GC.AllocateUninitializedArray<byte>(wanted);
                var read = 0;
                while (read < wanted)
                {
                    var got = RandomAccess.Read(handle, target.AsSpan(read, wanted - read), read);
                    if (got == 0) break;
                    read += got;
                }
                var isAll = wanted == length;
                if (options.StopBefore is null && !isAll)
                {
                    if (FileParser.TryParseAround(target, read, FileIdentity.Of(path, handle, length), options, out var around)) return around!;
                }
                else if (TryParse(target, read, isAll, options, out var file))
                {
                    return file!;
                }
            }
            finally
            {
                if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    public static async Task<DicomFile> ReadAsync(string path, DicomReadOptions options, CancellationToken cancellationToken)
    {
        using var handle = Open(path, FileOptions.Asynchronous);
        var length = CheckedLength(handle, options);
        for (var wanted = FirstLength(length, options); ; wanted = Next(wanted, length, options))
        {
            // What is read to the end is kept as it is; of a piece only the header is, so that the piece can be lent.
            var isPiece = options.StopBefore is not null || wanted < length;
            var rented = isPiece ? ArrayPool<byte>.Shared.Rent(wanted) : null;
            try
            {
                var target = rented ?? GC.AllocateUninitializedArray<byte>(wanted);
                var read = 0;
                while (read < wanted)
                {
                    var got = await RandomAccess.ReadAsync(handle, target.AsMemory(read, wanted - read), read, cancellationToken).ConfigureAwait(false);
                    if (got == 0) break;
                    read += got;
                }
                var isAll = wanted == length;
                if (options.StopBefore is null && !isAll)
                {
                    if (FileParser.TryParseAround(target, read, FileIdentity.Of(path, handle, length), options, out var around)) return around!;
                }
                else if (TryParse(target, read, isAll, options, out var file))
                {
                    return file!;
                }
            }
            finally
            {
                if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static SafeFileHandle Open(string path, FileOptions options)
    {
        // Opening a pipe waits for a writer, reading a device may never end. Neither has a length, and an empty file needs no opening.
        var info = new FileInfo(path);
        if ((info.Attributes & FileAttributes.ReparsePoint) != 0 && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) info = target;
        if (info.Exists && info.Length == 0) throw new DicomFormatException("file-empty", "The file is empty", null, 0);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, options);
    }

    private static bool TryParse(byte[] bytes, int length, bool isAll, DicomReadOptions options, out DicomFile? file)
    {
        if (FileParser.TryParseHeader(bytes, length, options, out file)) return true;
        if (!isAll) return false;
        file = FileParser.Parse(options.StopBefore is null ? bytes.AsMemory(0, length) : bytes.AsSpan(0, length).ToArray(), options);
        return true;
    }

    private static long CheckedLength(SafeFileHandle handle, DicomReadOptions options)
    {
        var length = RandomAccess.GetLength(handle);
        return length <= Math.Min(options.MaxFileLength, Array.MaxLength) || options.StopBefore is not null && length > 0
            ? length
            : throw new DicomFormatException("file-too-large", "The file is larger than the limit allows");
    }

    // Without a stop: a piece, since pixel data may be left where they are; then all.
    private static int FirstLength(long length, DicomReadOptions options) =>
        (int)Math.Min(length, options.StopBefore is null && length <= (long)options.LeaveInFile + FirstPiece ? Array.MaxLength : FirstPiece);

    private static int Next(int wanted, long length, DicomReadOptions options)
    {
        if (options.StopBefore is null) return (int)length;
        if (wanted >= Array.MaxLength) throw new DicomFormatException("file-too-large", "The header is larger than can be held");
        return (int)Math.Min(Math.Min(length, Array.MaxLength), wanted * 4L);
    }
}
