using System.Collections.Concurrent;
using Wasmtime;

namespace PacsFusion.Dicom.Codecs.Internal;

/// <summary>
/// The instances of one series: as many as threads decode at once. A broken one is thrown away, and the next frame gets
/// another; none outlives the session, so that no pixel of one patient can turn up in an image of the next.
/// </summary>
internal sealed class CodecSession(SandboxRuntime runtime) : IFrameCodecSession
{
    private readonly ConcurrentBag<CodecInstance> _idle = [];
    private volatile bool _disposed;

    public bool CanDecode(DicomTransferSyntax syntax) => ModuleSyntaxes.Find(syntax) is not null;

    public void Decode(DicomTransferSyntax syntax, ReadOnlySpan<byte> codestream, FrameDescription frame, Span<byte> destination)
    {
        var function = Function(syntax, ModuleSyntaxes.Find(syntax) is not null);
        if (destination.Length != frame.Length) throw new ArgumentException("The destination is not as long as the frame.", nameof(destination));
        CodecInstance? instance = Begin();
        try
        {
            if (!instance.Decode(function, codestream, frame, destination))
                throw new DicomPixelException("codec-failed", "The codec gave another number of bytes than the frame has", DicomTag.PixelData);
            End(ref instance);
        }
        catch (Exception fault) when (fault is not DicomException)
        {
            throw Translate(fault);
        }
        finally
        {
            Abandon(instance);
        }
    }

    public byte[] Encode(DicomTransferSyntax syntax, ReadOnlySpan<byte> pixels, FrameDescription frame)
    {
        var function = Function(syntax, ModuleSyntaxes.Find(syntax) is { IsLosslessTarget: true });
        if (pixels.Length != frame.Length) throw new ArgumentException("The pixels are not as long as the frame.", nameof(pixels));
        CodecInstance? instance = Begin();
        try
        {
            var encoded = instance.Encode(function, pixels, frame);
            End(ref instance);
            return encoded;
        }
        catch (Exception fault) when (fault is not DicomException)
        {
            throw Translate(fault);
        }
        finally
        {
            Abandon(instance);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var instance)) instance.Dispose();
    }

    private static string Function(DicomTransferSyntax syntax, bool isOffered) =>
        isOffered ? ModuleSyntaxes.Find(syntax)!.Function
            : throw new DicomPixelException("transfer-syntax-not-decodable", $"{syntax.Name} ({syntax.Uid}) is not offered by the codec module", DicomTag.PixelData);

    private CodecInstance Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        runtime.Clock.Enter();
        try
        {
            return _idle.TryTake(out var idle) ? idle : new CodecInstance(runtime);
        }
        catch (Exception fault)
        {
            runtime.Clock.Leave();
            throw fault is WasmtimeException or CodecRefusedException
                ? new DicomPixelException("codec-unusable", "The codec module cannot be started", DicomTag.PixelData, fault)
                : fault;
        }
    }

    // Only an instance that came through without a fault is used again.
    private void End(ref CodecInstance? instance)
    {
        _idle.Add(instance!);
        instance = null;
        if (_disposed) Dispose();
    }

    private void Abandon(CodecInstance? broken)
    {
        runtime.Clock.Leave();
        broken?.Dispose();
    }

    private static DicomPixelException Translate(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is CodecRefusedException refused)
                return new DicomPixelException("codec-failed", $"The codec refuses a frame: {refused.Message}", DicomTag.PixelData, fault);
            if (cause is TrapException { Type: TrapCode.Interrupt })
                return new DicomPixelException("codec-deadline", "A frame takes longer to decode than the limit allows", DicomTag.PixelData, fault);
        }
        return new DicomPixelException("codec-fault", "The codec broke at a frame, or asked for more memory than the limit allows", DicomTag.PixelData, fault);
    }
}
