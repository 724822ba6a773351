import {domain} from '@vong-gac/domain'; export class X { constructor(public a: string){} } console.log(domain);
