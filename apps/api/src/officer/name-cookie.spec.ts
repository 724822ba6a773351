import { nameCookie, nameFrom } from './name-cookie';

describe('the name that a phone remembers', () => {
  it('comes back as it was given', () => {
    for (const name of ['Trung uý Nguyễn Văn An', 'a;b=c, "d"', '<script>']) {
      expect(nameFrom(`other=1; ${nameCookie(name, 'http://127.0.0.1:3000').split(';', 1)[0]}; z=2`)).toBe(name);
    }
  });

  it('is nothing where it was not written by us', () => {
    for (const header of [undefined, '', 'vg_name=', 'vg_name=%', `vg_name=${'x'.repeat(200)}`, 'xvg_name=An']) expect(nameFrom(header)).toBeNull();
  });

  it('travels only over TLS where officers come over TLS', () => {
    expect(nameCookie('An', 'https://canh-bao.example.vn')).toMatch(/; Secure$/);
    expect(nameCookie('An', 'http://127.0.0.1:3000')).not.toMatch(/Secure/);
  });
});
