/** The script of the profile page. */

import { Page } from './page';
import { readProfileData } from './model/profile-data';

const host = document.getElementById('profile')!;
readProfileData(document).then(
  (data) => {
    host.dataset.ready = 'yes';
    return new Page(data, host);
  },
  (error: unknown) => {
    host.textContent = `The page's data cannot be read: ${String(error)}`;
  },
);
