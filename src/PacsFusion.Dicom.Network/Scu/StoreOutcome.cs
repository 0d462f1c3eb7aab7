namespace PacsFusion.Dicom.Network;

/// <summary>What became of one file.</summary>
/// <param name="Path">The file as given.</param>
/// <param name="Code">
/// <c>stored</c>, <c>stored-with-warning</c>, <c>refused-by-peer</c> (see <see cref="Status"/>), <c>no-presentation-context</c>, <c>file-unreadable</c>, <c>data-set-odd-length</c>,
/// the reader's own code for a file that is no DICOM file, or the code of the <see cref="DicomNetworkException"/> that stopped it.
/// </param>
/// <param name="Text">The same in words; no patient data.</param>
public sealed record StoreOutcome(string Path, string Code, string Text)
{
    /// <summary>SOP class; null where the file could not be read.</summary>
    public string? SopClassUid { get; init; }

    /// <summary>SOP instance; null where the file could not be read.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>Transfer syntax it was sent in; null where it was not sent.</summary>
    public string? TransferSyntaxUid { get; init; }

    /// <summary>The peer's answer; null where there was none.</summary>
    public DimseStatus? Status { get; init; }

    /// <summary>Whether the peer has taken it.</summary>
    public bool IsStored => Status is { IsSuccess: true } or { IsWarning: true };

    /// <summary>Whether another attempt may succeed without anybody changing anything.</summary>
    public bool IsTransient { get; init; }
}

/// <summary>What became of all files, in the order given.</summary>
/// <param name="Files">One outcome per file.</param>
/// <param name="Associations">Associations opened.</param>
/// <param name="Failure">The last error of peer or network; null where there was none.</param>
public sealed record StoreReport(IReadOnlyList<StoreOutcome> Files, int Associations, DicomNetworkException? Failure)
{
    /// <summary>Whether the peer has taken every file.</summary>
    public bool AllStored => Files.All(f => f.IsStored);
}
