using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PacsFusion.Fhir;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Report;

/// <summary>
/// Tells the EHR what was fused, by what, how well it fits and where it is: one FHIR transaction per case, whose bytes are
/// kept before they are sent, so that a repetition is the same report (invariant 3). The patient is looked up, never invented.
/// </summary>
internal sealed class ReportStage(
    NodeConfiguration configuration, EhrClient? ehr, EhrClientOptions? options, CaseStore cases, ReportStore reports, ResultStore results, InstanceStore instances,
    ReportSources sources, TimeProvider time, ILogger<ReportStage> log) : ICaseStage
{
    /// <inheritdoc/>
    public CaseState Takes => CaseState.Reporting;

    /// <inheritdoc/>
    public CaseState During => CaseState.Reporting;

    /// <inheritdoc/>
    public async Task<StageOutcome> RunAsync(FusionCase work, CancellationToken cancellationToken)
    {
        if (ehr is null || options is null || configuration.Ehr is not { } settings) return new StageOutcome.Failed(ReportReasons.NoEhr, "no ehr is configured");
        if (reports.Find(work.CaseId) is not { } report)
        {
            var (bundle, outcome) = await BuildAsync(work, settings, cancellationToken).ConfigureAwait(false);
            if (bundle is null) return outcome!;
            reports.Keep(work.CaseId, bundle.JobKey, bundle.Bytes.ToArray());
            report = reports.Find(work.CaseId)!;
        }
        if (report.DeliveredAt is not null) return new StageOutcome.Done(CaseState.Done);

        switch (await ehr.DeliverAsync(report.Bundle, report.JobKey, work.Attempt, cancellationToken).ConfigureAwait(false))
        {
            case DeliveryResult.Delivered delivered:
                reports.MarkDelivered(work.CaseId, delivered.Id, delivered.Version);
                cases.MergeResult(work.CaseId, new JsonObject
                {
                    ["report"] = new JsonObject { ["id"] = delivered.Id, ["status"] = "preliminary", ["destination"] = settings.Name },
                });
                ReportLog.Delivered(log, work.CaseId, delivered.Already);
                return new StageOutcome.Done(CaseState.Done);
            case DeliveryResult.Failed failed:
                return Outcome(work, settings, failed.Failure);
            default:
                throw new InvalidOperationException("Unknown delivery result.");
        }
    }

    private async Task<(FusionBundle? Bundle, StageOutcome? Outcome)> BuildAsync(FusionCase work, EhrSettings settings, CancellationToken cancellationToken)
    {
        if (!sources.TryRead(work, results, instances, out var facts)) return (null, new StageOutcome.Failed(ReportReasons.SourceMissing, "the fused objects are not on disk"));

        var issuer = facts.Issuer.Length > 0 ? facts.Issuer : configuration.Receive.IssuerFor(facts.CallingAeTitle);
        if (!settings.PatientSystems.TryGetValue(issuer, out var system)) return (null, new StageOutcome.Failed(ReportReasons.IssuerUnmapped, "ehr.patientSystems has no entry for the issuer of this patient's ID"));
        if (facts.PatientId.Length == 0) return (null, new StageOutcome.Failed(ReportReasons.NoPatientId, "the images carry no Patient ID"));

        var resolution = await ehr!.ResolvePatientAsync(system, facts.PatientId, facts.BirthDate, facts.Sex, cancellationToken).ConfigureAwait(false);
        if (resolution is not PatientResolution.Found patient) return (null, Outcome(work, settings, resolution));

        IReadOnlyList<string> orders = [];
        if (facts.AccessionNumber.Length > 0 && settings.AccessionSystem is not null)
            switch (await ehr.FindOrderAsync(facts.AccessionNumber, patient, cancellationToken).ConfigureAwait(false))
            {
                case OrderLookup.Found found: orders = found.References; break;
                case OrderLookup.Failed failed: return (null, Outcome(work, settings, failed.Failure));
                default: break;
            }

        var capability = await ehr.GetCapabilitiesAsync(cancellationToken).ConfigureAwait(false);
        if (capability is not CapabilityLookup.Known known) return (null, Outcome(work, settings, ((CapabilityLookup.Failed)capability).Failure));

        var result = work.Result is null ? [] : JsonNode.Parse(work.Result)!.AsObject();
        var report = new FusionReport
        {
            JobKey = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{work.CaseId}\n{work.OutputSeriesUid}"))),
            NodeName = configuration.Node.AeTitle,
            SoftwareVersion = NodeStatus.Version,
            Model = new ReportedModel(Text(result["model"]?["name"]), Text(result["model"]?["version"]), work.ModelSha256),
            StudyInstanceUid = work.StudyInstanceUid,
            Started = facts.StartedIn(configuration.Node.TimeZone) ?? work.CreatedAt,
            Issued = time.GetUtcNow(),
            Sources = facts.Sources,
            Fused = facts.Fused,
            KeyImage = facts.KeyImage,
            Metrics = [.. Figures(result["metrics"], result["metricsUndefined"]), .. Figures(result["explanation"]).Where(figure => figure.Name != "seriesInstanceUid")],
            Alignment = [.. Figures(result["alignment"]).Where(figure => GateFigures.Find(figure.Name) is not null)],
            Warnings = [.. (result["warnings"] as JsonArray ?? []).Select(warning => new ReportedWarning(Text(warning?["code"]), Text(warning?["text"])))],
            AccessionNumber = facts.AccessionNumber,
            AccessionSystem = settings.AccessionSystem,
            Patient = patient.Reference,
            Orders = orders,
            Organization = settings.Organization,
            Endpoint = settings.WadoRs is { } wado ? new ReportedEndpoint(wado.Name, wado.Url) : null,
        };
        try
        {
            return (FusionReportBundle.Build(report, options!.Systems, known.Capabilities.Provenance), null);
        }
        catch (FusionReportException fault)
        {
            ReportLog.Invalid(log, work.CaseId, fault.Message);
            return (null, new StageOutcome.Failed(ReportReasons.Of(fault.Code), fault.Message));
        }
    }

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    /// <summary>The numbers of a result's object; a figure that is null could not be had for the pair.</summary>
    private static IEnumerable<ReportedMetric> Figures(JsonNode? node, JsonNode? undefined = null)
    {
        foreach (var (name, value) in node as JsonObject ?? [])
            if (value is null) yield return new ReportedMetric(name, MetricAbsence.NotApplicable, undefined?[name]?.GetValue<string>());
            else if (value is JsonValue number && number.TryGetValue<double>(out var figure)) yield return new ReportedMetric(name, figure);
    }

    private StageOutcome Outcome(FusionCase work, EhrSettings settings, PatientResolution resolution) => resolution switch
    {
        PatientResolution.NotFound missing => Later(work, settings, missing.Delay, ReportReasons.Of(missing.Code)),
        PatientResolution.Ambiguous ambiguous => new StageOutcome.Failed(ReportReasons.Of(ambiguous.Code), ""),
        PatientResolution.Inactive inactive => new StageOutcome.Failed(ReportReasons.Of(inactive.Code), ""),
        PatientResolution.Contradiction contradiction => new StageOutcome.Failed(ReportReasons.Of(contradiction.Code), ""),
        PatientResolution.Failed failed => Outcome(work, settings, failed.Failure),
        _ => throw new InvalidOperationException("Unknown patient resolution."),
    };

    private StageOutcome Outcome(FusionCase work, EhrSettings settings, EhrFailure failure)
    {
        var detail = failure.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}") : "";
        if (failure.Issues.Count > 0) detail += " " + string.Join("; ", failure.Issues.Take(5).Select(issue => $"{issue.Code} {issue.Expression}"));
        return failure switch
        {
            EhrFailure.RetryAfter later => Later(work, settings, later.Delay, ReportReasons.Of(later.Code), detail),
            _ => new StageOutcome.Failed(ReportReasons.Of(failure.Code), detail.Trim()),
        };
    }

    private StageOutcome Later(FusionCase work, EhrSettings settings, TimeSpan after, ReasonCode reason, string detail = "")
    {
        if (settings.Retry.GiveUpAfter is { } limit && time.GetUtcNow() - work.CreatedAt > limit) return new StageOutcome.Failed(reason, $"gave up after {limit}. {detail}".Trim());
        // A patient may be registered minutes after the images: the configured cap bounds the wait for that too.
        return new StageOutcome.Retry(after > settings.Retry.Cap ? settings.Retry.Cap : after, reason, detail.Trim());
    }
}
