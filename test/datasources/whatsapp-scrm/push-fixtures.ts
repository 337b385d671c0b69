/**
 * The sample deliveries of the provider's page on chat records, retyped, with its tenant and signature.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html
 */

const profile = (name: string, extended: string): string =>
  `{"id":8423922419416375296,"name":"${name}","whatsApp":"447759820897","username":"testlsl001",` +
  `"extendsMap":"{\\"Single line text\\":\\"${extended}\\",\\"Multi select\\":\\"[]\\",\\"Date\\":\\"\\"}",` +
  '"income":"","profession":"","desc":"","tags":["test","test000000000000000000","11111"],"email":"","address":"Beijing"}';

/** As text, since JavaScript would round the customer's id. */
export const msgSyncData = `[
{
"id": "30e873ab8f4840e2b610c414fe967327",
"messageId": "7a324c7b5512468cb7a9296af0f8379b",
"userName": "gdkj002",
"whatsId": "8617633819542@c.us",
"friendWhatsId": "8615601882491@c.us",
"currentWhatsId": "8617633819542@c.us",
"actionType": 1,
"chatType": 1,
"messageStatus": 1,
"content": "Goodbye",
"contentType": 0,
"originType": 1,
"sendTime": "2022-10-31 16:25:42",
"userProfile": ${profile('Friend1', 'caseId009')},
"taskId": 0,
"taskInfoId": 0
},
{
"id": "31057e55b9f842b4becf4a9ff699b64e",
"messageId": "82bfefadceb948428fd3f3ef659e14b3",
"userName": "gdkj002",
"whatsId": "8617633819542@c.us",
"friendWhatsId": "8615601882491@c.us",
"currentWhatsId": "8617633819542@c.us",
"actionType": 1,
"chatType": 1,
"messageStatus": 1,
"content": "{\\"caption\\":\\"\\",\\"filename\\":\\"\\",\\"mimetype\\":\\"video/mp4\\",\\"url\\":\\"https://image.whatsappscrm.com/client/603704/chat_history/1665198225749_video\\"}",
"contentType": 2,
"originType": 1,
"sendTime": "2022-10-31 16:25:42",
"userProfile": ${profile('Friend2', 'caseId007')},
"taskId": null,
"taskInfoId": null
}
]`;

/** The whole sample body, with the signature that is published beside it. */
export const publishedMsgSync = `{
"accessToken": "e6e18763d8212d26ced4f92512881c63c468d5a756d45c01486d7ad6742152ac",
"tenantId": 1238,
"timestamp": 1667295870936,
"data": ${msgSyncData}
}`;

export const imageUrl =
  'https://id-wscrm.oss-accelerate.aliyuncs.com/client/d584b8cfb9185cc999389f17b4236b3b/61733005-dfdb-4704-9c5d-944423c70dd1';

const chat = (taskInfoId: string, message: object): object => ({
  userId: '82',
  whatsApp: '86172272727',
  friendWhatsApp: '61191828282',
  actionType: 1,
  chatType: 1,
  taskId: 'taskid00001',
  taskInfoId,
  content: [message],
});

export const clientChats = [
  chat('a0001', { type: 1, text: 'hello', messageId: '19282dskdasldjl01', time: 1689129792000 }),
  chat('a0002', {
    type: 2,
    url: `{"filename": "e70faa31-62dc-4d00-a42a-8a07735aa350","url": "${imageUrl}","mimeType": "image/jpeg", "caption": ""}`,
    messageId: '19282dskdasldjl02',
    time: 1689129793000,
  }),
  chat('a0003', {
    type: 9,
    url: '{"caption":"1","filename":"","mimeType":"","type":1,"url":""}',
    messageId: '19282dskdasldjl03',
    time: 1689129794000,
    referContent:
      '{"caption":"1","filename":"","mimeType":"","type":1,"url":"","whatsApp":"61191828282","messageId":"3EB04F939512D66B1F2DFA"}',
  }),
];

export const clientStatuses = [
  { userId: '82', taskId: '', taskInfoId: '', messageStatus: 2, messageId: '19282dskdasldjl21' },
];
