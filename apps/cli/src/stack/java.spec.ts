import { findJava, javaMajor } from './java';

describe('Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_292"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.4" 2024-07-16 LTS', 21],
    ['The operation couldn’t be completed.', undefined],
  ])('%s', (output, major) => expect(javaMajor(output)).toBe(major));

  it('that is nowhere is one sentence with the remedy, and exit code 3', async () => {
    await expect(findJava({ PATH: '/nowhere' })).rejects.toMatchObject({ exitCode: 3, message: expect.stringMatching(/^Kafka needs Java 17 or later, and none was found[^\n]*apt-get install openjdk-17-jre-headless[^\n]*\.$/) });
  });
});
