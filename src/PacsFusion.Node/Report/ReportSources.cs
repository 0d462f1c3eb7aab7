using System.Diagnostics.CodeAnalysis;
using PacsFusion.Dicom;
using PacsFusion.Fhir;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Report;

/// <summary>What a report needs of the images themselves. Holds personal data: for the EHR only, never for logs.</summary>
internal sealed record ReportFacts
{
    public required string PatientId { get; init; }
    public required string Issuer { get; init; }
    public required DateOnly? BirthDate { get; init; }
    public required string? Sex { get; init; }
    public required string AccessionNumber { get; init; }
    public required string CallingAeTitle { get; init; }
    public required DateTime? Started { get; init; }
    public required IReadOnlyList<ReportedSeries> Sources { get; init; }
    public required ReportedSeries Fused { get; init; }
    public required ReportedKeyImage KeyImage { get; init; }

    /// <summary>The start of the study as an instant; devices give local time.</summary>
    public DateTimeOffset? StartedIn(TimeZoneInfo zone) => Started is { } local ? new DateTimeOffset(local, zone.GetUtcOffset(local)) : null;

    public override string ToString() => nameof(ReportFacts);
}

/// <summary>Reads what a report needs from the fused objects and the headers of their sources.</summary>
internal sealed class ReportSources(string dataFolder, string spoolFolder)
{
    /// <summary>False where the fused objects are not on disk.</summary>
    public bool TryRead(FusionCase work, ResultStore results, InstanceStore instances, [NotNullWhen(true)] out ReportFacts? facts)
    {
        facts = null;
        var made = results.OfCase(work.CaseId);
        var objects = made.FindAll(item => item.Role == ResultRole.Fused);
        if (objects.Count == 0) return false;
        var middle = objects[objects.Count / 2];
        var path = Path.Combine(dataFolder, middle.Path);
        if (!File.Exists(path)) return false;

        var header = DicomFile.Read(path, DicomReadOptions.Header).Dataset;
        var (fixedSeries, callingAe) = Source(work.PatientKey, work.FixedSeriesUid, instances);
        var (movingSeries, _) = Source(work.PatientKey, work.MovingSeriesUid, instances);
        facts = new ReportFacts
        {
            PatientId = header.GetString(DicomTag.PatientID) ?? "",
            Issuer = header.GetString(DicomTag.IssuerOfPatientID) ?? header.GetItem(DicomTag.IssuerOfPatientIDQualifiersSequence)?.GetString(DicomTag.UniversalEntityID) ?? "",
            BirthDate = DicomDateTime.TryParseDate(header.GetString(DicomTag.PatientBirthDate) ?? "", out var birth) ? birth : null,
            Sex = header.GetString(DicomTag.PatientSex),
            AccessionNumber = header.GetString(DicomTag.AccessionNumber) ?? "",
            CallingAeTitle = callingAe,
            Started = Start(header),
            Sources = [fixedSeries, movingSeries],
            Fused = Series(header, work.OutputSeriesUid!, objects.Count),
            KeyImage = KeyImage(made.Find(item => item.Role == ResultRole.KeyImage) ?? middle),
        };
        return true;
    }

    private ReportedKeyImage KeyImage(ResultObject item)
    {
        var header = DicomFile.Read(Path.Combine(dataFolder, item.Path), DicomReadOptions.Header).Dataset;
        return new ReportedKeyImage(item.SopInstanceUid, item.SopClassUid, item.Number, header.GetInt(DicomTag.Rows), header.GetInt(DicomTag.Columns));
    }

    private (ReportedSeries Series, string CallingAeTitle) Source(string patientKey, string seriesUid, InstanceStore instances)
    {
        var rows = instances.OfSeries(patientKey, seriesUid);
        if (rows.Count == 0) return (new ReportedSeries(seriesUid, "OT", null, null, 0), "");
        var header = DicomFile.Read(Path.Combine(spoolFolder, rows[0].RelativePath), DicomReadOptions.Header).Dataset;
        return (Series(header, seriesUid, rows.Count), rows[0].CallingAeTitle);
    }

    private static ReportedSeries Series(DicomDataset header, string seriesUid, int count) => new(
        seriesUid, header.GetString(DicomTag.Modality) ?? "OT", header.GetInt(DicomTag.SeriesNumber), header.GetString(DicomTag.SeriesDescription), count);

    private static DateTime? Start(DicomDataset header)
    {
        if (!DicomDateTime.TryParseDate(header.GetString(DicomTag.StudyDate) ?? "", out var date)) return null;
        return date.ToDateTime(DicomDateTime.TryParseTime(header.GetString(DicomTag.StudyTime) ?? "", out var clock) ? clock : TimeOnly.MinValue);
    }
}
