using Microsoft.Extensions.Logging;

namespace PacsFusion.Dicom.Network;

/// <summary>How one C-STORE went.</summary>
/// <param name="Status">What to answer; null where the association ended first.</param>
/// <param name="Bytes">Data set bytes received.</param>
internal readonly record struct StoreResult(DimseStatus? Status, long Bytes);

/// <summary>C-STORE as SCP (PS3.4 annex B.2, PS3.7 section 9.1.1): hands fragments on as they come; a failing receiver costs one status.</summary>
internal sealed class StoreService(IStoreScp scp, AssociationLink link, DimseReader reader, long? maxLength, ILogger logger)
{
    public async ValueTask<StoreResult> RunAsync(StoreRequest request, byte contextId)
    {
        IStoreReceiver? receiver = null;
        DimseStatus? failure = null;
        long bytes = 0;
        try
        {
            try
            {
                receiver = await scp.BeginAsync(request, link.Ending).ConfigureAwait(false);
            }
            catch (Exception error) when (link.End is null)
            {
                failure = Failed(error, request);
            }

            while (true)
            {
                var read = await reader.ReadDataAsync(contextId).ConfigureAwait(false);
                if (read.IsEnd) return new StoreResult(null, bytes);
                bytes += read.Data.Length;
                if (bytes > maxLength && failure is null) failure = DimseStatus.OutOfResources.WithComment("data set over the size limit");
                if (failure is not null)
                {
                    // The rest is passed over; the receiver may clean up meanwhile.
                    if (receiver is not null) await EndAsync(receiver, request).ConfigureAwait(false);
                    receiver = null;
                    if (read.IsLast) return new StoreResult(failure, bytes);
                    if (bytes / 2 > maxLength)
                    {
                        link.Break(AssociationEndKind.LimitExceeded, "data-set-too-long");
                        return new StoreResult(null, bytes);
                    }

                    continue;
                }

                try
                {
                    if (!read.Data.IsEmpty) await receiver!.WriteAsync(read.Data, link.Ending).ConfigureAwait(false);
                    if (read.IsLast) return new StoreResult(await receiver!.CompleteAsync(link.Ending).ConfigureAwait(false), bytes);
                }
                catch (Exception error) when (link.End is null)
                {
                    failure = Failed(error, request);
                    if (read.IsLast) return new StoreResult(failure, bytes);
                }
            }
        }
        catch (Exception) when (link.End is not null)
        {
            // The receiver was interrupted because the association is over; that end is recorded with its reason.
            return new StoreResult(null, bytes);
        }
        finally
        {
            if (receiver is not null) await EndAsync(receiver, request).ConfigureAwait(false);
        }
    }

    private DimseStatus Failed(Exception error, StoreRequest request)
    {
        NetworkLog.StoreFailed(logger, error, request.Association.Id, request.MessageId, DimseStatus.ProcessingFailure.ToString());
        return DimseStatus.ProcessingFailure;
    }

    private async ValueTask EndAsync(IStoreReceiver receiver, StoreRequest request)
    {
        try
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            NetworkLog.ReceiverDisposeFailed(logger, error, request.Association.Id, request.MessageId);
        }
    }
}
