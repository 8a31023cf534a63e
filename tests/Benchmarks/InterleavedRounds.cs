// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks;

/// <summary>Measurements of several subjects who take turns, so that a machine that slows down slows all of them.</summary>
internal static class InterleavedRounds
{
    private const int Attempts = 3;

    /// <summary>Measures each subject once a round.</summary>
    /// <param name="subjects">Who.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="measure">One measurement.</param>
    /// <returns>All rounds of each subject.</returns>
    public static IEnumerable<(TSubject Subject, IReadOnlyList<TRound> Rounds)> Run<TSubject, TRound>(IReadOnlyList<TSubject> subjects, int rounds, Func<TSubject, TRound> measure)
        where TSubject : notnull
    {
        Dictionary<TSubject, List<TRound>> all = subjects.ToDictionary(subject => subject, _ => new List<TRound>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (TSubject subject in subjects)
            {
                all[subject].Add(measure(subject));
            }
        }

        return subjects.Select(subject => (subject, (IReadOnlyList<TRound>)all[subject]));
    }

    /// <summary>Measures until a frame has passed: on a machine that others use, a whole window may go by in which who is measured gets no CPU.</summary>
    public static Hub.Measurement UntilFramesPass(Func<Hub.Measurement> measure)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Hub.Measurement measurement = measure();
            if (measurement.FramesPerSecond > 0)
            {
                return measurement;
            }
        }

        throw new InvalidDataException("no frame passed");
    }
}
