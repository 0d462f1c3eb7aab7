using System.Security.Cryptography;
using System.Text;

namespace PacsFusion.Fhir.Tests;

/// <summary>A usable report that a test changes in the one thing that it is about.</summary>
internal static class ReportSamples
{
    public static string JobKey(int seed = 1) => "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"job {seed}")));

    public static FusionReport Report(int seed = 1) => new()
    {
        JobKey = JobKey(seed),
        NodeName = "PACSFUSION",
        SoftwareVersion = "0.1.0",
        Model = new ReportedModel("petct-fusion", "2.3.0", "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"),
        StudyInstanceUid = $"2.25.2111{seed}",
        Started = new DateTimeOffset(2026, 3, 2, 9, 2, 11, TimeSpan.FromHours(1)),
        Issued = new DateTimeOffset(2026, 3, 2, 10, 15, 30, 250, TimeSpan.FromHours(1)),
        Sources =
        [
            new ReportedSeries($"2.25.2111{seed}.1", "CT", 2, "CT AC 3.0", 200),
            new ReportedSeries($"2.25.2111{seed}.2", "PT", 3, "PET WB AC", 200),
        ],
        Fused = new ReportedSeries($"2.25.3123{seed}", "OT", 601, "PET/CT fused", 200),
        KeyImage = new ReportedKeyImage($"2.25.3987{seed}", "1.2.840.10008.5.1.4.1.1.7", 100, 512, 512),
        Metrics = [new ReportedMetric("EN", 6.5123456789), new ReportedMetric("MI", 2.25), new ReportedMetric("PSNR", double.PositiveInfinity), new ReportedMetric("VIF", MetricAbsence.Error)],
        Alignment = [new ReportedMetric("uptakeInBody", 0.98), new ReportedMetric("translation", 4.2)],
        AccessionNumber = "ACC-2026-000117",
        AccessionSystem = "https://hospital.example/fhir/NamingSystem/accession",
        Patient = "Patient/pat-0001",
        Orders = ["ServiceRequest/sr-0001"],
        Organization = "Organization/hospital",
        Endpoint = new ReportedEndpoint("pacs-main-wado-rs", new Uri("https://pacs.hospital.example/dicom-web")),
    };
}
