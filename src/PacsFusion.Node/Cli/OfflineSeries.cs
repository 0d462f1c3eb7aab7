using System.Security.Cryptography;
using PacsFusion.Dicom;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary>A series in a folder.</summary>
internal sealed class OfflineSeries
{
    private OfflineSeries(IReadOnlyList<string> files, IReadOnlyList<string> hashes, SeriesDescriptor descriptor)
    {
        Files = files;
        Hashes = hashes;
        Descriptor = descriptor;
    }

    /// <summary>The files of the series.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>SHA-256 of each file's data set, as the spool keeps it, so that a result has the same UIDs on either way.</summary>
    public IReadOnlyList<string> Hashes { get; }

    public SeriesDescriptor Descriptor { get; }

    /// <summary>Reads the folder's series; of several the one with most instances. Files that are no DICOM are named and left out.</summary>
    /// <exception cref="CliException">The folder is absent or holds no DICOM.</exception>
    public static OfflineSeries Read(CliContext context, string folder, NodeConfiguration configuration, IFrameCodecs? codecs)
    {
        var series = new Dictionary<string, List<(string Path, DicomFile File)>>(StringComparer.Ordinal);
        foreach (var path in InputFiles.Expand([folder]))
            try
            {
                var file = DicomFile.Read(path, DicomReadOptions.Header);
                var uid = file.Dataset.GetString(DicomTag.SeriesInstanceUID) ?? "";
                if (!series.TryGetValue(uid, out var members)) series[uid] = members = [];
                members.Add((path, file));
            }
            catch (DicomException fault)
            {
                context.Output.Progress($"pacsfusion: {path} is left out: {fault.Code}");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Unreachable, $"{path}: {fault.Message}");
            }
        if (series.Count == 0) throw new CliException(ExitCode.Unreachable, $"{folder}: no DICOM file.");
        var chosen = series.OrderByDescending(entry => entry.Value.Count).ThenBy(entry => entry.Key, StringComparer.Ordinal).First();
        if (series.Count > 1) context.Output.Progress($"pacsfusion: {folder} holds {series.Count} series; taking {chosen.Key} with {chosen.Value.Count} instances");

        var headers = chosen.Value.Select(member => member.File.Dataset).ToList();
        var syntaxes = chosen.Value.Select(member => member.File.TransferSyntax.Uid).Distinct(StringComparer.Ordinal).ToList();
        var descriptor = SeriesDescriptor.FromHeaders(headers, new SeriesOrigin("offline", "", configuration.Receive.DefaultIssuer, syntaxes, codecs));
        return new OfflineSeries([.. chosen.Value.Select(member => member.Path)], [.. chosen.Value.Select(member => Hash(member.Path))], descriptor);
    }

    /// <summary>
    /// The latest moment that the sources tell of. An offline result takes it for its own, so that fusing the same files again
    /// gives the same bytes (invariant 4).
    /// </summary>
    public static DateTimeOffset LatestTime(AlignedPair pair)
    {
        var latest = DateTime.MinValue;
        foreach (var slice in pair.Fixed.Slices.Concat(pair.Moving.Slices))
            foreach (var (date, clock) in new[] { (DicomTag.ContentDate, DicomTag.ContentTime), (DicomTag.AcquisitionDate, DicomTag.AcquisitionTime), (DicomTag.SeriesDate, DicomTag.SeriesTime) })
            {
                if (!DicomDateTime.TryParseDate(slice.Header.GetString(date) ?? "", out var day)) continue;
                var moment = day.ToDateTime(DicomDateTime.TryParseTime(slice.Header.GetString(clock) ?? "", out var time) ? time : TimeOnly.MinValue);
                if (moment > latest) latest = moment;
            }
        return new DateTimeOffset(latest == DateTime.MinValue ? new DateTime(1970, 1, 1) : latest, TimeSpan.Zero);
    }

    private static string Hash(string path)
    {
        var file = DicomFile.Read(path);
        return Convert.ToHexStringLower(SHA256.HashData(file.Dataset.Encode(file.TransferSyntax)));
    }
}
