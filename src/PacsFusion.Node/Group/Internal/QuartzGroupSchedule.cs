using Quartz;

namespace PacsFusion.Node.Group.Internal;

/// <summary>
/// One durable one-shot trigger per patient in the persistent job store: a look that fell due while the node was down
/// fires at once after the start (quartz misfire handling of a simple trigger).
/// </summary>
internal sealed class QuartzGroupSchedule(ISchedulerFactory factory) : IGroupSchedule
{
    public async Task LookAtAsync(string patientKey, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken).ConfigureAwait(false);
        var key = new TriggerKey(patientKey, "look");
        var trigger = TriggerBuilder.Create().WithIdentity(key).StartAt(at)
            .WithSimpleSchedule(schedule => schedule.WithRepeatCount(0)).Build();
        if (await scheduler.RescheduleJob(key, trigger, cancellationToken).ConfigureAwait(false) is not null) return;
        var job = JobBuilder.Create<GroupLookJob>().WithIdentity(patientKey, "look").UsingJobData(GroupLookJob.PatientKey, patientKey).Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken).ConfigureAwait(false);
    }
}
