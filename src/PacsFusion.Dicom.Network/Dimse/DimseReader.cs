namespace PacsFusion.Dicom.Network;

/// <summary>A command with its context, or a whole PDU (release), or the end of the association where both are null.</summary>
internal readonly record struct CommandRead(CommandSet? Command, PresentationContext? Context, Pdu? Pdu);

/// <summary>
/// Puts command sets together and hands out data set fragments (PS3.7 section 6.3.1, PS3.8 annex E). Whatever comes out of turn
/// ends the association: an unaccepted context id, a data set without a command, a command within a data set.
/// </summary>
internal sealed class DimseReader(AssociationLink link, ContextTable contexts, int maxCommandLength)
{
    private byte[] _command = new byte[512];

    public async ValueTask<CommandRead> ReadCommandAsync()
    {
        var length = 0;
        PresentationContext? context = null;
        while (true)
        {
            var read = await link.ReadAsync().ConfigureAwait(false);
            if (read.IsEnd) return default;
            if (read.Pdu is not null)
            {
                if (length == 0) return new CommandRead(null, null, read.Pdu);
                return Violation("release-within-message");
            }

            link.MessageInProgress = true;
            if (contexts.Find(read.ContextId) is not { } named) return Violation("unaccepted-presentation-context");
            if (!read.IsCommand) return Violation("data-set-without-command");
            if (context is not null && context.Id != named.Id) return Violation("context-changed-within-message");
            context = named;
            if (read.Data.Length > maxCommandLength - length)
            {
                link.Break(new LinkEnd(AssociationEndKind.LimitExceeded, "command-set-too-long"));
                return default;
            }

            if (length + read.Data.Length > _command.Length) Array.Resize(ref _command, Math.Max(_command.Length * 2, length + read.Data.Length));
            read.Data.Span.CopyTo(_command.AsSpan(length));
            length += read.Data.Length;
            if (!read.IsLast) continue;
            try
            {
                var command = CommandSet.Decode(_command.AsSpan(0, length));
                link.MessageInProgress = command.HasDataSet;
                return new CommandRead(command, context, null);
            }
            catch (PduFormatException error)
            {
                return Violation(error.Code, error.Message);
            }
        }
    }

    /// <summary>The next fragment of the data set that belongs to the command just read; IsEnd where the association is over.</summary>
    public async ValueTask<LinkRead> ReadDataAsync(byte contextId)
    {
        var read = await link.ReadAsync().ConfigureAwait(false);
        if (read.IsEnd) return read;
        var fault = read switch
        {
            { Pdu: not null } => "release-within-message",
            { IsCommand: true } => "command-within-data-set",
            _ when read.ContextId != contextId => "context-changed-within-message",
            _ => null,
        };
        if (fault is null)
        {
            if (read.IsLast) link.MessageInProgress = false;
            return read;
        }

        Violation(fault);
        return read with { IsEnd = true };
    }

    /// <summary>Reads a data set and throws it away. False where the association is over.</summary>
    public async ValueTask<bool> SkipDataAsync(byte contextId, long maxLength)
    {
        for (long skipped = 0; ;)
        {
            var read = await ReadDataAsync(contextId).ConfigureAwait(false);
            if (read.IsEnd) return false;
            if (read.IsLast) return true;
            skipped += read.Data.Length;
            if (skipped > maxLength)
            {
                link.Break(AssociationEndKind.LimitExceeded, "data-set-too-long");
                return false;
            }
        }
    }

    private CommandRead Violation(string code, string? detail = null)
    {
        link.Break(new LinkEnd(AssociationEndKind.ProtocolError, code, Detail: detail));
        return default;
    }
}
