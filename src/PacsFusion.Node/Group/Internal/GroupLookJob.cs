using Quartz;

namespace PacsFusion.Node.Group.Internal;

/// <summary>The Quartz job behind a look. It holds no work: the stage and the ledger know what is to be done.</summary>
[DisallowConcurrentExecution]
internal sealed class GroupLookJob(GroupStage stage) : IJob
{
    /// <summary>Name of the patient key in the job's data.</summary>
    public const string PatientKey = "patientKey";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        stage.Look(context.MergedJobDataMap.GetString(PatientKey)!);
        return ValueTask.CompletedTask;
    }
}
