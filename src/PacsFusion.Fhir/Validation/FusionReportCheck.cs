using System.Text;
using System.Text.RegularExpressions;
using Hl7.Fhir.FhirPath;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;

namespace PacsFusion.Fhir;

/// <summary>The node's own look at a report before it leaves: strict reading, cardinalities, and the invariants that those two miss.</summary>
public static partial class FusionReportCheck
{
    /// <summary>Invariants of the base specification (FHIR R4) and the node's own promises, each over the resources of the bundle.</summary>
    private static readonly (string Rule, string Expression)[] s_rules =
    [
        ("att-1", "descendants().ofType(Attachment).all(data.empty() or contentType.exists())"),
        ("qty-3", "descendants().ofType(Quantity).all(code.empty() or system.exists())"),
        ("ext-1", "descendants().ofType(Extension).all(extension.exists() != value.exists())"),
        ("obs-6", "entry.resource.ofType(Observation).all(dataAbsentReason.empty() or value.empty())"),
        ("obs-6-component", "entry.resource.ofType(Observation).component.all(dataAbsentReason.exists() xor value.exists())"),
        ("obs-7", "entry.resource.ofType(Observation).all(value.empty() or component.code.intersect(code).empty())"),
        ("bdl-3", "entry.all(request.exists())"),
        ("bdl-7", "entry.select(fullUrl).isDistinct()"),
        ("dom-2", "entry.resource.contained.empty()"),
        ("never-final", "entry.resource.ofType(DiagnosticReport).all(status = 'preliminary')"),
        ("one-report", "entry.resource.ofType(DiagnosticReport).count() = 1"),
        ("no-diagnosis", "entry.resource.ofType(DiagnosticReport).all(conclusionCode.empty() and resultsInterpreter.empty())"),
        ("report-identified", "entry.resource.ofType(DiagnosticReport).all(identifier.exists() and presentedForm.hash.exists() and conclusion.exists())"),
        ("no-patient-written", "entry.resource.ofType(Patient).empty()"),
    ];

    /// <summary>Target types by element name, for the elements that reports use (FHIR R4).</summary>
    private static readonly Dictionary<string, string[]> s_targets = new(StringComparer.Ordinal)
    {
        ["subject"] = ["Patient"],
        ["basedOn"] = ["ServiceRequest"],
        ["endpoint"] = ["Endpoint"],
        ["actor"] = ["Device"],
        ["performer"] = ["Organization"],
        ["device"] = ["Device"],
        ["derivedFrom"] = ["ImagingStudy"],
        ["result"] = ["Observation"],
        ["imagingStudy"] = ["ImagingStudy"],
        ["link"] = ["Media"],
        ["target"] = ["DiagnosticReport", "Observation", "Media"],
        ["who"] = ["Device"],
        ["onBehalfOf"] = ["Organization"],
        ["owner"] = ["Organization"],
        ["managingOrganization"] = ["Organization"],
        ["what"] = ["DiagnosticReport"],
    };

    /// <summary>Reads the bytes back as strictly as can be and checks them.</summary>
    /// <param name="bundle">UTF-8 JSON of a transaction bundle.</param>
    /// <exception cref="FusionReportException">Code <c>report-invalid</c>, with every fault found.</exception>
    public static void Check(ReadOnlyMemory<byte> bundle)
    {
        var problems = Problems(bundle);
        if (problems.Count > 0) throw new FusionReportException(EhrReasons.ReportInvalid, problems);
    }

    internal static IReadOnlyList<ReportProblem> Problems(ReadOnlyMemory<byte> bundle)
    {
        var problems = new List<ReportProblem>();
        var reader = new FhirJsonDeserializer(new DeserializerSettings().UsingMode(DeserializationMode.Strict));
        if (!reader.TryDeserializeResource(Encoding.UTF8.GetString(bundle.Span), out var resource, out var issues))
            problems.AddRange(issues.Select(i => new ReportProblem($"strict-read-{i.ErrorCode}", PlaceOf(i))));
        if (resource is not Bundle transaction)
        {
            problems.Add(new ReportProblem("bundle", "resourceType"));
            return problems;
        }

        problems.AddRange(transaction.Validate(ModelInfo.ModelInspector).Select(i => new ReportProblem($"validate-{i.ErrorCode}", PlaceOf(i))));
        problems.AddRange(s_rules.Where(r => !transaction.IsTrue(r.Expression)).Select(r => new ReportProblem(r.Rule, "Bundle")));
        CheckReferences(transaction, problems);
        return problems;
    }

    /// <summary>Firely's texts quote values, its paths do not.</summary>
    private static string PlaceOf(CodedException issue) => (issue as ExtendedCodedException)?.InstancePath ?? "Bundle";

    private static void CheckReferences(Bundle bundle, List<ReportProblem> problems)
    {
        var local = bundle.Entry.Where(e => e.FullUrl is not null && e.Resource is not null)
            .GroupBy(e => e.FullUrl!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Resource!.TypeName, StringComparer.Ordinal);
        foreach (var entry in bundle.Entry)
            if (entry.Resource is { } resource) Walk(resource, resource.TypeName, "");

        void Walk(Base node, string path, string name)
        {
            if (node is ResourceReference { Reference: { } reference })
            {
                var type = local.GetValueOrDefault(reference) ?? TypedReference().Match(reference).Groups["type"].Value;
                if (!s_targets.TryGetValue(name, out var allowed) || !allowed.Contains(type, StringComparer.Ordinal))
                    problems.Add(new ReportProblem("reference-target", path));
            }
            foreach (var (child, value) in node.EnumerateElements())
                foreach (var item in value as IEnumerable<Base> ?? (value is Base one ? [one] : []))
                    Walk(item, $"{path}.{child}", child);
        }
    }

    [GeneratedRegex(@"\A(?<type>[A-Z][A-Za-z]+)/[A-Za-z0-9.\-]{1,64}\z")]
    private static partial Regex TypedReference();
}
