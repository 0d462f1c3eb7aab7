namespace PacsFusion.Dicom;

/// <summary>From the bytes of a transfer syntax to a data set: inflating, reconciling, parsing.</summary>
internal static class DatasetReader
{
    /// <summary>Reads a data set.</summary>
    /// <param name="bytes">Everything behind the meta information.</param>
    /// <param name="syntax">The declared syntax.</param>
    /// <param name="options">Limits and tolerances.</param>
    /// <param name="offset">Where the bytes start in their file.</param>
    /// <param name="warnings">Where deviations go.</param>
    /// <param name="actual">The syntax the data set is in: another one only where that was tolerated.</param>
    public static DicomDataset Read(
        ReadOnlyMemory<byte> bytes, DicomTransferSyntax syntax, DicomReadOptions options, long offset, List<DicomReadWarning>? warnings,
        out DicomTransferSyntax actual)
    {
        actual = syntax;
        var given = bytes.Length;
        ReadOnlyMemory<byte> deflated = default;
        if (syntax.IsDeflated)
        {
            deflated = bytes;
            if (Inflater.HasZlibHeader(bytes.Span))
            {
                Warn(options, warnings, new DicomReadWarning("deflate-zlib-header", null, offset));
                bytes = bytes[2..];
            }
            bytes = Inflater.Inflate(bytes, InflatedLimit(bytes.Length, options), offset);
            offset = 0;
        }
        var encoding = SyntaxProbe.Reconcile(bytes.Span, syntax.Encoding, options, offset, out var mismatch);
        if (mismatch)
        {
            Warn(options, warnings, new DicomReadWarning("transfer-syntax-mismatch", null, offset));
            if (!syntax.IsEncapsulated)
            {
                actual = encoding == ElementEncoding.ImplicitLittle
                    ? DicomTransferSyntax.ImplicitVRLittleEndian
                    : DicomTransferSyntax.ExplicitVRLittleEndian;
            }
        }
        var dataset = DatasetParser.Parse(bytes, encoding, options, offset, warnings, given);
        if (options.StopBefore is null) dataset.DeflatedSource = deflated;
        return dataset;
    }

    internal static void Warn(DicomReadOptions options, List<DicomReadWarning>? warnings, in DicomReadWarning warning)
    {
        if (warnings is { Count: < DicomFile.MostWarnings }) warnings.Add(warning);
        options.OnWarning?.Invoke(warning);
    }

    // Images shrink to a half or a quarter, bombs to a thousandth: what is itself large may become larger than the fixed limit.
    private static long InflatedLimit(int compressed, DicomReadOptions options) =>
        compressed < DicomReadOptions.Large ? options.MaxInflatedLength : Math.Max(options.MaxInflatedLength, DicomReadOptions.LargeDeflatedRatio * (long)compressed);
}
