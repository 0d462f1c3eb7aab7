using System.Buffers;
using System.Runtime.CompilerServices;

namespace PacsFusion.Dicom.Network;

public sealed partial class DicomClient
{
    /// <summary>
    /// C-FIND. Matches come as they arrive. Leaving the enumeration early, or cancelling, sends C-CANCEL and reads on to the final
    /// response, so that the association stays usable; a peer that does not answer the cancel in time is aborted.
    /// </summary>
    /// <param name="sopClassUid">Information model, e.g. <see cref="DicomUid.StudyRootQueryRetrieveFind"/>.</param>
    /// <param name="keys">Matching and return keys.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="NoPresentationContextException">The model was not proposed or not accepted.</exception>
    /// <exception cref="DimseFailureException">The final response was a failure.</exception>
    /// <exception cref="DicomFormatException">An identifier could not be read.</exception>
    public async IAsyncEnumerable<FindResult> FindAsync(string sopClassUid, DicomDataset keys, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var context = Require(sopClassUid, null);
        var syntax = DicomTransferSyntax.Find(context.TransferSyntax!) ?? throw new NoPresentationContextException(sopClassUid, context.TransferSyntax);
        var command = new CommandSet { AffectedSopClassUid = sopClassUid, Field = CommandField.FindRequest, MessageId = NextMessageId(), Priority = 0, DataSetType = 0 };
        // Cancellation is spoken (C-CANCEL), so the guard gets no token.
        using var guard = Guard(_link, _options.ResponseTimeout, "response-timeout", _time, CancellationToken.None);
        if (!await _writer.WriteCommandAsync(context.Id, command).ConfigureAwait(false)
            || !await _writer.WriteAsync(context.Id, isCommand: false, keys.Encode(syntax), isEnd: true).ConfigureAwait(false)
            || !await _writer.FlushAsync().ConfigureAwait(false)) throw await SendFailureAsync(cancellationToken).ConfigureAwait(false);

        var finished = false;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var response = await ResponseAsync(command, CancellationToken.None).ConfigureAwait(false);
                guard.Restart();
                var status = response.ToStatus();
                finished = !status.IsPending;
                var identifier = response.HasDataSet ? await IdentifierAsync(context.Id).ConfigureAwait(false) : (ReadOnlyMemory<byte>?)null;
                if (status.IsFailure) throw new DimseFailureException(status);
                if (finished) yield break;
                if (identifier is { } bytes) yield return new FindResult(status, DicomDataset.Parse(bytes, syntax));
            }
        }
        finally
        {
            if (!finished && _link.End is null) await CancelFindAsync(context.Id, command, guard).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask CancelFindAsync(byte contextId, CommandSet request, OperationGuard guard)
    {
        guard.Restart();
        var cancel = new CommandSet { Field = CommandField.CancelRequest, RespondedToMessageId = request.MessageId };
        if (!await _writer.WriteCommandAsync(contextId, cancel).ConfigureAwait(false) || !await _writer.FlushAsync().ConfigureAwait(false)) return;
        while (_link.End is null)
        {
            var read = await _reader.ReadCommandAsync().ConfigureAwait(false);
            if (read.Command is not { } response) return;
            if (response.HasDataSet && !await _reader.SkipDataAsync(contextId, _options.MaxIdentifierLength).ConfigureAwait(false)) return;
            if (!response.ToStatus().IsPending) return;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> IdentifierAsync(byte contextId)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await _reader.ReadDataAsync(contextId).ConfigureAwait(false);
            if (!read.IsEnd && read.Data.Length > _options.MaxIdentifierLength - bytes.WrittenCount) _link.Break(AssociationEndKind.LimitExceeded, "identifier-too-long");
            if (_link.End is not null) throw Failure(_link, CancellationToken.None);
            bytes.Write(read.Data.Span);
            if (read.IsLast) return bytes.WrittenMemory;
        }
    }
}
